// Alertes: the control room's inbox.
import './styles/alerts.css';
import { Inbox } from './alerts/inbox';
import { takeKeys } from './alerts/keys';
import { wireSound } from './alerts/sound';

const root = document.getElementById('inbox');
if (root) takeKeys(new Inbox(root), wireSound());
